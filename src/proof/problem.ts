/** Why a number cannot be recomputed from its bytes. Codes are stable; messages are for people. */
export const PROOF_PROBLEMS = [
  'bytes_expired',
  'bytes_missing',
  'bytes_corrupted',
  'bytes_unavailable',
  'payload_unreadable',
  'record_missing',
  'record_refused',
] as const;

export interface ProofProblem {
  code: (typeof PROOF_PROBLEMS)[number];
  message: string;
}
