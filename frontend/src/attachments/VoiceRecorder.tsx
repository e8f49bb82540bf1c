import { i18n, type MessageDescriptor } from '@lingui/core'
import { msg, t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { ConversationId } from 'backend/contract'
import { ArrowUp, MicOff, Square, Trash2, X } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { clock } from '../uploads/file.format.ts'
import { useMessages } from '../timeline/messages.store.ts'
import { usePlayback } from './playback.store.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { IconButton } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { AudioPlayer } from './AudioPlayer.tsx'
import { startRecording, type Recorder, type RecorderProblem, type Recording } from './voice.recorder.ts'
import { Waveform } from './Waveform.tsx'

interface VoiceRecorderProps {
  conversationId: ConversationId
  /** Called when it was sent or discarded. */
  onDone: () => void
}

/** A longer recording stops by itself. */
const SECONDS_MAX = 15 * 60
/** A shorter recording is an accidental press, and is not sent. */
const SECONDS_MIN = 0.5
/** Bars of the waveform while recording. */
const SHOWN_LEVELS = 56

type Step =
  | { kind: 'asking' }
  | { kind: 'recording'; levels: number[] }
  | { kind: 'recorded'; recording: Recording; url: string }
  | { kind: 'refused'; problem: RecorderProblem }

/** Records a voice message in place of the composer, plays it and sends it. */
export function VoiceRecorder({ conversationId, onDone }: VoiceRecorderProps) {
  const [step, setStep] = useState<Step>({ kind: 'asking' })
  const recorder = useRef<Recorder | null>(null)
  const box = useRef<HTMLDivElement>(null)

  const record = useCallback((isCurrent: () => boolean) => {
    startRecording((level) =>
      setStep((now) => (now.kind === 'recording' ? { ...now, levels: [...now.levels, level] } : now)),
    ).then(
      (started) => {
        if (!isCurrent()) {
          started.cancel()
          return
        }
        recorder.current = started
        usePlayback.getState().stop()
        setStep({ kind: 'recording', levels: [] })
      },
      (error: unknown) => {
        if (isCurrent()) setStep({ kind: 'refused', problem: isRecorderProblem(error) ? error.message : 'failed' })
      },
    )
  }, [])

  useEffect(() => {
    let current = true
    record(() => current)
    return () => {
      current = false
      recorder.current?.cancel()
      recorder.current = null
    }
  }, [record])

  const url = step.kind === 'recorded' ? step.url : null
  useEffect(() => {
    if (url === null) return
    return () => {
      usePlayback.getState().stop()
      URL.revokeObjectURL(url)
    }
  }, [url])

  const { kind } = step
  useEffect(() => {
    if (kind !== 'asking') box.current?.querySelector<HTMLElement>('[data-main]')?.focus()
  }, [kind])

  const finish = useCallback(async (): Promise<Recording | null> => {
    const running = recorder.current
    recorder.current = null
    return running ? running.stop() : null
  }, [])

  const listen = useCallback(async (): Promise<void> => {
    const recording = await finish()
    if (recording) setStep({ kind: 'recorded', recording, url: URL.createObjectURL(recording.file) })
  }, [finish])

  useEffect(() => {
    if (kind !== 'recording') return
    const timer = setTimeout(() => void listen(), SECONDS_MAX * 1000)
    return () => clearTimeout(timer)
  }, [kind, listen])

  async function send(): Promise<void> {
    const recording = step.kind === 'recorded' ? step.recording : await finish()
    if (!recording) return
    if (recording.durationSeconds >= SECONDS_MIN) {
      const { file, durationSeconds, waveform } = recording
      const item = useUploads.getState().begin(conversationId, file, { durationSeconds, waveform })
      useMessages.getState().send(conversationId, '', [item])
    }
    onDone()
  }

  if (step.kind === 'refused') {
    return (
      <div ref={box} className="composer">
        <div className="recorder ps-3.5 pe-0.5 rounded-box bg-err-tint text-err-ink text-sec font-medium" role="alert">
          <Icon icon={MicOff} />
          <span className="grow">{i18n._(REFUSALS[step.problem])}</span>
          <IconButton icon={X} label={t`Close`} onClick={onDone} data-main />
        </div>
      </div>
    )
  }

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes the recorder
    <div
      ref={box}
      className="composer"
      role="group"
      aria-label={t`Voice message`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone()
      }}
    >
      <div className="recorder">
        <IconButton icon={Trash2} label={t`Discard the recording`} onClick={onDone} />
        {step.kind === 'asking' && (
          <span className="grow text-muted" role="status">
            <Trans>Asking for the microphone…</Trans>
          </span>
        )}
        {step.kind === 'recording' && (
          <>
            <span className="recorder-dot" aria-hidden="true" />
            <span className="min-w-9 tabular-nums font-semibold" role="timer" aria-label={t`Recording`}>
              {clock(step.levels.length / 10)}
            </span>
            <span className="min-w-0 grow">
              <Waveform values={lastOf(step.levels)} played={1} />
            </span>
            <IconButton icon={Square} iconSize={18} label={t`Stop and listen`} onClick={() => void listen()} />
          </>
        )}
        {step.kind === 'recorded' && (
          <span className="min-w-0 grow">
            <AudioPlayer
              id="recording"
              url={step.url}
              label={t`Your recording`}
              waveform={step.recording.waveform}
              durationSeconds={step.recording.durationSeconds}
            />
          </span>
        )}
        <button
          type="button"
          className="composer-send"
          data-ready={step.kind === 'asking' ? undefined : true}
          data-main
          aria-label={t`Send voice message`}
          title={t`Send`}
          onClick={() => void send()}
        >
          <Icon icon={ArrowUp} />
        </button>
      </div>
    </div>
  )
}

const REFUSALS: Record<RecorderProblem, MessageDescriptor> = {
  denied: msg`The microphone is not allowed. Allow it for this site in the browser's settings, then try again.`,
  missing: msg`No microphone was found. Connect one, then try again.`,
  unsupported: msg`This browser cannot record. Record with another app and attach the file.`,
  insecure: msg`Browsers record only on pages with https. Record with another app and attach the file.`,
  failed: msg`The microphone could not be used. Another program may be using it.`,
}

const isRecorderProblem = (error: unknown): error is Error & { message: RecorderProblem } =>
  error instanceof Error && error.message in REFUSALS

/** Returns the newest levels, with silence before the first. */
function lastOf(levels: readonly number[]): number[] {
  return [...Array.from({ length: Math.max(0, SHOWN_LEVELS - levels.length) }, () => 0), ...levels.slice(-SHOWN_LEVELS)]
}
