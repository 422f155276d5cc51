import { setTimeout as sleep } from 'node:timers/promises';

// The memory of one isolate, read through the inspector's protocol.

const ASK_MS = 50;

interface HeapUsage {
  usedSize: number;
  embedderHeapUsedSize?: number;
  backingStorageSize?: number;
}

export interface HeapWatch {
  /** Bytes of heap, native objects and buffers: now, and the peak since `forgetPeak`. */
  now(): Promise<number>;
  peak(): number;
  forgetPeak(): void;
  close(): void;
}

/** Watches the isolate of the Worker `name` through the inspector on `port`. */
export async function watchHeap(port: number, name: string): Promise<HeapWatch> {
  const listed = await fetch(`http://127.0.0.1:${port}/json`);
  const isolates = (await listed.json()) as { id: string; webSocketDebuggerUrl: string }[];
  const isolate = isolates.find(({ id }) => id.endsWith(`:user:${name}`));
  if (isolate === undefined) throw new Error(`No isolate of ${name} among ${isolates.map(({ id }) => id)}.`);
  const socket = new WebSocket(isolate.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('The inspector cannot be reached.'));
  });
  let watching = true;
  let most = 0;
  const now = async () => {
    const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await ask(socket);
    most = Math.max(most, usedSize + embedderHeapUsedSize + backingStorageSize);
    return usedSize + embedderHeapUsedSize + backingStorageSize;
  };
  const watch = async () => {
    for (; watching; await sleep(ASK_MS)) await now();
  };
  watch().catch(() => {}); // the isolate has ended
  return {
    now,
    peak: () => most,
    forgetPeak: () => {
      most = 0;
    },
    close: () => {
      watching = false;
      socket.close();
    },
  };
}

let asked = 0;

function ask(socket: WebSocket): Promise<HeapUsage> {
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    const done = () => {
      socket.removeEventListener('message', answered);
      socket.removeEventListener('close', closed);
    };
    const closed = () => {
      done();
      reject(new Error('The inspector hung up.'));
    };
    const answered = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as { id?: number; result?: HeapUsage };
      if (answer.id !== id || answer.result === undefined) return;
      done();
      resolve(answer.result);
    };
    socket.addEventListener('message', answered);
    socket.addEventListener('close', closed);
    socket.send(JSON.stringify({ id, method: 'Runtime.getHeapUsage' }));
  });
}
