import type { ChildProcess } from 'node:child_process'
import { forkModule } from '../../lib/worker.ts'
import type { UserId } from '../../contract/index.ts'
import { AppError } from '../../lib/errors.ts'
import { createFairQueue } from '../../lib/limits/fairQueue.ts'
import type { Answer, ImageFacts, ImageLimits, ImageTask, Job } from './image.protocol.ts'

/** Making smaller images of images. */
export interface ImageProcess {
  /**
   * Null when the file is no image that can be read, takes too much memory or takes too long. The users take turns.
   * @throws AppError `too_large` for a picture that would unpack to too many bytes
   */
  run(userId: UserId, job: Job): Promise<ImageFacts | null>
  close(): void
}

/** Starting it takes a third of a second: it stays for the next image of the same message, and its memory is not held for long. */
const IDLE_MS = 20_000
/** A hundred million pixels take some seconds; more is an attack, or a machine that has other worries. */
const JOB_MS = 60_000

/** Jobs go one after the other to a process that is started for the first of them and ended when there is nothing to do. */
export function createImageProcess(limits: ImageLimits): ImageProcess {
  let child: ChildProcess | undefined
  const queue = createFairQueue(1)
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  let isClosed = false

  function end(): void {
    clearTimeout(idle)
    child?.kill('SIGKILL')
    child = undefined
  }

  async function work(job: Job): Promise<ImageFacts | null> {
    if (isClosed) return null
    clearTimeout(idle)
    const worker = (child ??= start())
    const answer = await answerOf(worker, { id: (lastId += 1), job, limits })
    // It crashed, or hangs: the next job gets a new one.
    if (!answer) end()
    else idle = setTimeout(end, IDLE_MS).unref()
    if (answer?.ok) return answer.facts
    if (answer?.limit !== undefined && job.kind === 'picture')
      throw new AppError('picture_unpacks_too_large', { limit: answer.limit })
    return null
  }

  return {
    run: (userId, job) => queue.run({ group: userId }, () => work(job)),
    close() {
      isClosed = true
      end()
    },
  }
}

/** Null when the process ended or did not answer in time. */
function answerOf(worker: ChildProcess, task: ImageTask): Promise<Answer | null> {
  return new Promise((resolve) => {
    const settle = (answer: Answer | null) => {
      clearTimeout(timeout)
      worker.off('message', receive).off('exit', fail).off('error', fail)
      resolve(answer)
    }
    const receive = (answer: Answer) => {
      if (answer.id === task.id) settle(answer)
    }
    const fail = () => settle(null)
    const timeout = setTimeout(fail, JOB_MS)
    worker.on('message', receive).on('exit', fail).on('error', fail)
    worker.send(task, (error) => error && fail())
  })
}

function start(): ChildProcess {
  const module = new URL(import.meta.url.replace(/process\.(\w+)$/, 'worker.$1'))
  // It needs nothing of the environment, and no secret should be where other people's images are decoded.
  const child = forkModule(module, { env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.unref()
  child.channel?.unref()
  return child
}
