/** What the platform calls. The environment is whatever that release asks for. */
declare const worker: {
  fetch(request: Request, env: unknown, context: ExecutionContext): Response | Promise<Response>;
  scheduled(controller: Pick<ScheduledController, 'scheduledTime'>, env: unknown): Promise<void>;
  queue(batch: { queue: string; messages: unknown[] }, env: unknown): Promise<void>;
};
export default worker;
