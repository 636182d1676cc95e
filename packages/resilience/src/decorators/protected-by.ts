import type { CallOptions } from '../pipeline/call-options.ts';
import type { Operation } from '../pipeline/outcome.ts';

/** What can protect a method: a pipeline, a configured one, or a policy alone. */
export interface Protector<Substitute> {
  execute<T>(operation: Operation<T>, options?: CallOptions): Promise<T | Substitute>;
}

export interface ProtectedByOptions<Arguments extends readonly unknown[]> {
  /** The key of a call with these arguments, for keyed policies. Default: none. */
  readonly key?: (...args: Arguments) => string;
  /** The signal that aborts a call with these arguments. Default: none. */
  readonly signal?: (...args: Arguments) => AbortSignal | undefined;
}

type AsyncMethod<This, Arguments extends readonly unknown[], Result> = (
  this: This,
  ...args: Arguments
) => Promise<Result>;

/**
 * Runs every call of a method under `protector`. A standard decorator (TC39, as TypeScript 5 and later compile it) for
 * asynchronous methods, static ones included; what `protector` may answer instead has to be of the method's type.
 *
 *     class Catalogue {
 *       @protectedBy(calls, { key: (sku: string) => sku })
 *       async price(sku: string): Promise<number> { ... }
 *     }
 */
export function protectedBy<Substitute = never>(
  protector: Protector<Substitute>,
): <This, Arguments extends readonly unknown[], Result>(
  method: AsyncMethod<This, Arguments, Result | Substitute>,
  context: ClassMethodDecoratorContext<This, AsyncMethod<This, Arguments, Result | Substitute>>,
) => AsyncMethod<This, Arguments, Result | Substitute>;
export function protectedBy<Arguments extends readonly unknown[], Substitute = never>(
  protector: Protector<Substitute>,
  options: ProtectedByOptions<Arguments>,
): <This, Result>(
  method: AsyncMethod<This, Arguments, Result | Substitute>,
  context: ClassMethodDecoratorContext<This, AsyncMethod<This, Arguments, Result | Substitute>>,
) => AsyncMethod<This, Arguments, Result | Substitute>;
export function protectedBy(
  protector: Protector<unknown>,
  { key, signal }: ProtectedByOptions<unknown[]> = {},
): object {
  return (method: AsyncMethod<unknown, unknown[], unknown>) =>
    function (this: unknown, ...args: unknown[]): Promise<unknown> {
      const aborts = signal?.(...args);
      return protector.execute(() => method.apply(this, args), {
        ...(key !== undefined && { key: key(...args) }),
        ...(aborts !== undefined && { signal: aborts }),
      });
    };
}
