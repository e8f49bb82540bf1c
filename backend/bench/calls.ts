import type { ChildProcess } from 'node:child_process'

/** Commands by name, with their inputs and results. */
type Commands<C> = Record<keyof C, { input: unknown; result: unknown }>

interface Call {
  id: number
  command: string
  input: unknown
}

type Answer = { id: number; result: unknown } | { id: number; error: string }

let lastId = 0

/** Calls a child process over IPC. Rejects when the call fails, or when the process ends before it answers. */
export function call<C extends Commands<C>, K extends keyof C & string>(
  child: ChildProcess,
  command: K,
  input: C[K]['input'],
): Promise<C[K]['result']> {
  const id = (lastId += 1)
  return new Promise((resolve, reject) => {
    const listen = (answer: Answer) => {
      if (answer.id !== id) return
      leave()
      if ('error' in answer) reject(new Error(answer.error))
      else resolve(answer.result)
    }
    const fail = () => {
      leave()
      reject(new Error(`A process ended while it was asked for "${command}"`))
    }
    const leave = () => void child.off('message', listen).off('exit', fail)
    child.on('message', listen).on('exit', fail)
    child.send({ id, command, input } satisfies Call)
  })
}

/** Answers the calls of the parent process. Both sides are compiled against the same `Commands`. */
export function serveCalls<C extends Commands<C>>(commands: {
  [K in keyof C]: (input: C[K]['input']) => Promise<C[K]['result']>
}): void {
  process.on(
    'message',
    <K extends keyof C & string>({ id, command, input }: Call & { command: K; input: C[K]['input'] }) => {
      commands[command](input).then(
        (result) => reply({ id, result }),
        (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
      )
    },
  )
  // The bench was killed.
  process.on('disconnect', () => process.exit(0))
}

function reply(answer: Answer): void {
  process.send?.(answer)
}
