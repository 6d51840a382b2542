import { type Attributes, context, type Link, type Span, SpanStatusCode, trace } from '@opentelemetry/api';

/**
 * The steps of the line that everything follows, as spans of OpenTelemetry. Only its interface is here: who wants the
 * spans loads an SDK (`node --import`), and without one each of them is an empty object.
 */
type Step = 'receive' | 'batch' | 'decide' | 'commit' | 'publish' | 'push';

const tracer = trace.getTracer('heed');

/** Begins a step within the one under way; whoever begins it ends it. */
export function begin(step: Step, attributes: Attributes = {}, links: Link[] = []): Span {
  return tracer.startSpan(`heed.${step}`, { attributes, links });
}

/** Does something as one step: what it begins belongs to it, and what goes wrong is told. */
export async function within<T>(span: Span, act: () => Promise<T>): Promise<T> {
  try {
    return await context.with(trace.setSpan(context.active(), span), act);
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** The same for what is done at once. */
export function at(span: Span, act: () => void): void {
  try {
    context.with(trace.setSpan(context.active(), span), act);
  } finally {
    span.end();
  }
}

/** The step under way, for a later one that many of them share. */
export function linkHere(): Link | undefined {
  const here = trace.getSpanContext(context.active());
  return here && { context: here };
}
