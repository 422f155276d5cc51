import { findTask, finishTask, type TaskRow, type TaskType } from '../../db/runs/tasks.ts';
import type { Deps } from '../../deps.ts';

export type TaskOutcome = 'done' | 'continue' | { busy_seconds: number };

/** Does a slice of a task, and notes its end. What is asked for meanwhile is done behind it. */
export async function doTask(
  { db }: Deps,
  type: TaskType,
  work: (task: TaskRow | undefined) => Promise<TaskOutcome>,
): Promise<TaskOutcome> {
  const [task] = await findTask(db, type);
  const outcome = await work(task);
  if (outcome === 'done' && task !== undefined) await finishTask(db, type, Number(task.asked));
  return outcome;
}
