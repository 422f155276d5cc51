import { findTask, finishTask, type TaskType } from '../../db/runs/tasks.ts';
import type { Deps } from '../../deps.ts';

/** Does a slice of a task, and notes its end. What is asked for meanwhile is done behind it. */
export async function doTask<Outcome>(
  { db }: Deps,
  type: TaskType,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const [task] = await findTask(db, type);
  const outcome = await work();
  if (outcome === 'done' && task !== undefined) await finishTask(db, type, Number(task.asked));
  return outcome;
}
