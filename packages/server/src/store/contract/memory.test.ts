import { describe } from 'vitest';
import { contract } from './cases.ts';
import { companyInMemory } from './in-memory.ts';

describe('the store in memory', () => {
  contract(companyInMemory);
});
