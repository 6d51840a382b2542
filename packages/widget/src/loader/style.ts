/**
 * The look of the launcher and the panel's frame. `:host` rules that are important win over anything the page says,
 * and come through the CSSOM, so that a page's content policy need not allow styles.
 */
export const STYLE = `
:host{all:initial!important;position:fixed!important;inset:0!important;z-index:2147483000!important;pointer-events:none!important;color-scheme:light dark!important}
button{all:unset;box-sizing:border-box;cursor:pointer;pointer-events:auto}
.l{position:absolute;inset-block-end:24px;inset-inline-end:24px;display:grid;place-items:center;inline-size:56px;block-size:56px;border-radius:50%;background:var(--f,#115c6e);color:var(--o,#fff);box-shadow:0 0 0 1px rgb(40 34 24/.09),0 6px 16px -4px rgb(40 34 24/.3)}
.l:focus-visible{outline:2px solid #fff;box-shadow:0 0 0 5px #115c6e}
.l[aria-busy=true] svg{opacity:.5}
svg{inline-size:24px;block-size:24px;fill:none;stroke:currentColor;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
iframe{position:absolute;inset-block-end:24px;inset-inline-end:24px;inline-size:380px;block-size:min(640px,100% - 48px);border:0;border-radius:14px;visibility:hidden;pointer-events:auto;box-shadow:0 0 0 1px rgb(40 34 24/.09),0 24px 56px -12px rgb(40 34 24/.32)}
.open iframe{visibility:visible}
.open .l,.open .t{display:none}
.w{position:absolute;inset:0}
.t{position:absolute;inset-block-end:94px;inset-inline-end:24px;max-inline-size:280px;font:14px/1.5 system-ui,sans-serif}
.t:not(:empty){padding:8px 12px;border-radius:10px;background:#fff;color:#1e1c19;box-shadow:0 0 0 1px rgb(40 34 24/.09),0 6px 16px -4px rgb(40 34 24/.2)}
@media (width<600px){.l{inset-block-end:16px;inset-inline-end:16px}.t{inset-inline-end:16px;inset-block-end:84px}iframe{inset:0;inline-size:100%;block-size:100%;border-radius:0;box-shadow:none}}
@media print{:host{display:none!important}}
`;
