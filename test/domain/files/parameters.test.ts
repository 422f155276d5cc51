import { expect, it } from 'vitest';
import { PARAMETERS } from '../../../src/domain/files/parameters.ts';
import { UploadQuery } from '../../../src/http/uploads/query.ts';

it('lists what POST /uploads takes: npm run upload makes its flags of it', () => {
  expect(Object.keys(UploadQuery.shape).sort()).toEqual([...Object.keys(PARAMETERS), 'dry_run'].sort());
});
