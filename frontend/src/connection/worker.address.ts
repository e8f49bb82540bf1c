// The bundler makes the address.
// oxlint-disable-next-line import/default
import address from './connection.worker.ts?sharedworker&url'

/** The address of the connection's worker. It carries the hash of the build, so tabs of two builds never share a worker. */
export const WORKER_ADDRESS: string = address

/** Returns the address for a page whose policy asks for trusted addresses. */
export function trustedWorkerAddress(): string {
  policy ??= globalThis.trustedTypes?.createPolicy('connection', { createScriptURL: () => WORKER_ADDRESS })
  return policy?.createScriptURL(WORKER_ADDRESS) ?? WORKER_ADDRESS
}

let policy: ReturnType<NonNullable<typeof trustedTypes>['createPolicy']> | undefined
