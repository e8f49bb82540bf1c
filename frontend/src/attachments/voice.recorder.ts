import { t } from '@lingui/core/macro'
import { LIMITS } from 'backend/contract'

export interface Recording {
  file: File
  durationSeconds: number
  /** Loudness, 0 to 100. */
  waveform: number[]
}

export type RecorderProblem = 'unsupported' | 'insecure' | 'denied' | 'missing' | 'failed'

export interface Recorder {
  /** Ends the recording. */
  stop(): Promise<Recording>
  /** Ends it and forgets it. */
  cancel(): void
}

/** Types by how many browsers play them. */
const TYPES = [
  'audio/mp4;codecs=mp4a.40.2',
  'audio/webm;codecs=opus',
  'audio/ogg;codecs=opus',
  'audio/mp4',
  'audio/webm',
]
const SAMPLE_MS = 100

/**
 * Asks for the microphone and records at once.
 * @param heard for each tenth of a second how loud it was, 0 to 100
 * @throws RecorderProblem as the message of an Error
 */
export async function startRecording(heard: (level: number) => void): Promise<Recorder> {
  if (!globalThis.isSecureContext) throw new Error('insecure' satisfies RecorderProblem)
  if (!('MediaRecorder' in globalThis) || !('mediaDevices' in navigator))
    throw new Error('unsupported' satisfies RecorderProblem)
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch((error: unknown) => {
    throw new Error(problemOf(error))
  })
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type))
  const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType, audioBitsPerSecond: 48_000 })
  const chunks: Blob[] = []
  const levels: number[] = []
  const meter = createMeter(stream)
  const startedAt = performance.now()
  const timer = setInterval(() => {
    const level = meter.level()
    levels.push(level)
    heard(level)
  }, SAMPLE_MS)
  recorder.addEventListener('dataavailable', ({ data }) => chunks.push(data))
  // In parts of a second: the recording survives when the browser ends it.
  recorder.start(1000)

  function end(): void {
    clearInterval(timer)
    meter.close()
    for (const track of stream.getTracks()) track.stop()
  }

  return {
    stop: () =>
      new Promise((resolve) => {
        const durationSeconds = Math.round((performance.now() - startedAt) / 100) / 10
        const done = () => {
          end()
          const type = (recorder.mimeType || mimeType || 'audio/webm').split(';')[0] ?? ''
          const name = t`Voice message`
          const file = new File(chunks, `${name}.${EXTENSIONS[type] ?? 'webm'}`, { type })
          resolve({ file, durationSeconds, waveform: waveformOf(levels) })
        }
        // The browser ends it when the microphone is disconnected.
        if (recorder.state === 'inactive') done()
        else {
          recorder.addEventListener('stop', done, { once: true })
          recorder.stop()
        }
      }),
    cancel() {
      end()
      if (recorder.state !== 'inactive') recorder.stop()
    },
  }
}

const EXTENSIONS: Record<string, string> = { 'audio/mp4': 'm4a', 'audio/webm': 'webm', 'audio/ogg': 'ogg' }

/** Reduces the levels to as many values as the contract allows. Each is the loudest of its part; the loudest of all is 100. */
export function waveformOf(levels: readonly number[]): number[] {
  const count = Math.min(LIMITS.waveformMax, levels.length)
  const parts = Array.from({ length: count }, (_, index) =>
    Math.max(
      ...levels.slice(Math.floor((index * levels.length) / count), Math.ceil(((index + 1) * levels.length) / count)),
    ),
  )
  const loudest = Math.max(1, ...parts)
  return parts.map((level) => Math.round((level / loudest) * 100))
}

function createMeter(stream: MediaStream): { level(): number; close(): void } {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return {
    level() {
      analyser.getFloatTimeDomainData(samples)
      const loudness = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
      // Speech is around 0.1; ears hear by ratios.
      return Math.round(Math.min(1, Math.sqrt(loudness * 3)) * 100)
    },
    close: () => void context.close().catch(() => {}),
  }
}

function problemOf(error: unknown): RecorderProblem {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'failed'
}
