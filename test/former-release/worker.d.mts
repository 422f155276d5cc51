/** The handlers that the platform calls. The environment has whatever that release needs. */
declare const worker: {
  fetch(request: Request, env: unknown, context: ExecutionContext): Response | Promise<Response>;
  scheduled(controller: Pick<ScheduledController, 'scheduledTime'>, env: unknown): Promise<void>;
  queue(batch: { queue: string; messages: unknown[] }, env: unknown): Promise<void>;
};
export default worker;
