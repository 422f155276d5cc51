// Sends a file and follows its upload.
import { addressOf, ask, authorization, FailedReply } from '../api.js';

const PACK_FROM_BYTES = 1_000_000;
const POLL_MS = 700;

/**
 * @typedef {object} Wish
 * @property {File} file
 * @property {boolean} dry_run
 * @property {import('./settings.js').Parameters} parameters of the reading
 */

/**
 * Sends the file, gzipped if it is large, and returns the id of its upload.
 * @param {Wish} wish
 * @param {(share: number) => void} progressed from 0 to 1
 * @returns {Promise<string>}
 */
export async function sendFile({ file, dry_run, parameters }, progressed) {
  const isPacked = /\.gz$/i.test(file.name);
  const packs = !isPacked && file.size >= PACK_FROM_BYTES;
  const body = packs ? await packed(file) : file;
  const path = addressOf('/uploads', {}, { filename: file.name, dry_run: String(dry_run), ...parameters });
  const accepted = await post(path, body, isPacked || packs, progressed);
  return accepted.id;
}

/** @param {File} file */
const packed = (file) => new Response(file.stream().pipeThrough(new CompressionStream('gzip'))).blob();

/**
 * Uses XMLHttpRequest, because fetch does not report how much it has sent.
 * @param {string} path
 * @param {Blob} body
 * @param {boolean} gzipped
 * @param {(share: number) => void} progressed
 * @returns {Promise<{ id: string }>}
 */
function post(path, body, gzipped, progressed) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', 'text/csv');
    if (gzipped) request.setRequestHeader('Content-Encoding', 'gzip');
    for (const [name, value] of Object.entries(authorization('upload')))
      request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      progressed(total > 0 ? loaded / total : 1),
    );
    request.addEventListener('load', () => {
      const reply = request.response ?? {};
      if (request.status === 202) resolve(reply);
      else reject(new FailedReply(request.status, reply));
    });
    request.addEventListener('error', () =>
      reject(
        new FailedReply(0, { detail: 'The file could not be sent, because the service cannot be reached.' }),
      ),
    );
    request.send(body);
  });
}

/** @typedef {import('./settings.js').Upload} Upload */

/**
 * Waits for the end of an upload, or for a status, and reports each state on the way.
 * @param {string} id
 * @param {(upload: Upload) => void} seen
 * @param {Upload['status'] | null} wanted null means any final status
 * @returns {Promise<Upload>}
 */
export async function followUpload(id, seen, wanted = null) {
  for (;;) {
    const { data } = await ask('/uploads/{id}', { decimals: 'string' }, { params: { id }, token: 'upload' });
    seen(data);
    const isUnderWay = data.status === 'queued' || data.status === 'processing';
    if (wanted === null ? !isUnderWay : data.status === wanted) return data;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
