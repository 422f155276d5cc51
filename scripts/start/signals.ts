/** npm forwards Ctrl-C although the terminal has already sent it to the whole group. */
const SAME_PRESS_MS = 1000;

export interface StopSignals {
  /** Aborted by Ctrl-C, SIGTERM or a closed terminal. */
  stop: AbortSignal;
  /** Registers a process group that a second Ctrl-C kills at once. */
  killWhenForced(pid: number): void;
}

export function listenForStop(print: (line: string) => void): StopSignals {
  const controller = new AbortController();
  const groups: number[] = [];
  let first_at = 0;
  const onSignal = () => {
    if (!controller.signal.aborted) {
      first_at = Date.now();
      print('stopping (once more to force)');
      controller.abort();
    } else if (Date.now() - first_at > SAME_PRESS_MS) {
      for (const pid of groups) killGroup(pid);
      process.exit(130);
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return { stop: controller.signal, killWhenForced: (pid) => void groups.push(pid) };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already ended.
  }
}
