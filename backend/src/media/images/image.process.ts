import type { ChildProcess } from 'node:child_process'
import { forkModule } from '../../lib/worker.ts'
import type { UserId } from '../../contract/index.ts'
import { AppError } from '../../lib/errors.ts'
import { createFairQueue } from '../../lib/limits/fairQueue.ts'
import type { Answer, ImageFacts, ImageLimits, ImageTask, Job } from './image.protocol.ts'

/** Makes small images. */
export interface ImageProcess {
  /**
   * Runs one job after the other; the users take turns. Returns null when the file is not a readable image, or when the
   * job takes too much memory or time.
   * @throws AppError `too_large` for a picture that would unpack to too many bytes
   */
  run(userId: UserId, job: Job): Promise<ImageFacts | null>
  close(): void
}

/**
 * The process takes a third of a second to start, so it stays for the next image of the same message. Then it ends, and
 * its memory is free.
 */
const IDLE_MS = 20_000
/** A hundred million pixels take some seconds. A job that takes longer is an attack, or the machine is overloaded. */
const JOB_MS = 60_000

/** Creates a runner that starts its process for the first job and ends it when there is nothing to do. */
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
    // The process crashed or hangs: the next job gets a new one.
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

/** Waits for the answer to a job. Returns null when the process ended or did not answer in time. */
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
  const module = new URL('./image.worker.ts', import.meta.url)
  // The process needs no environment. Secrets must not be where foreign images are decoded.
  const child = forkModule(module, { env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.unref()
  child.channel?.unref()
  return child
}
