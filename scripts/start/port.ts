import { type AddressInfo, createServer } from 'node:net';
import { StartError } from './start-error.ts';

/** Checks that the port is free before the slow steps begin; 0 chooses a free port. */
export async function choosePort(port: number, host: string): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
  } catch (error) {
    throw new StartError(explain(error as NodeJS.ErrnoException, port, host));
  }
  const chosen = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  return chosen;
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EADDRINUSE')
    return `Port ${port} on ${host} is taken. Stop what uses it, or choose another one with --port.`;
  if (error.code === 'EACCES') return `Port ${port} needs privileges. Choose another one with --port.`;
  return `Cannot listen on ${host}:${port}: ${error.message}.`;
}
