/** The parts of it that the Workers runtime has and its types lack. */
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<Value> {
    run<Result>(value: Value, work: () => Result): Result;
    getStore(): Value | undefined;
  }
}
