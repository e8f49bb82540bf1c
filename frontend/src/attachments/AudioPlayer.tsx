import { t } from '@lingui/core/macro'
import { Pause, Play } from 'lucide-react'
import { clock, spokenClock } from '../uploads/file.format.ts'
import { usePlayback } from './playback.store.ts'
import { Icon } from '../ui/Icon.tsx'
import { Waveform } from './Waveform.tsx'

interface AudioPlayerProps {
  id: string
  url: string
  /** Names the recording: “Voice message by Amara”, or the name of the file. */
  label: string
  /** Shown above; null for a voice message. */
  name?: string | null
  waveform: readonly number[] | null
  /** Seconds; null while unknown. */
  durationSeconds: number | null
  /** Shown in place of the play button while the file is uploaded. */
  button?: React.ReactNode
}

/** Plays a voice message or an audio file. A press on the waveform moves the position. */
export function AudioPlayer({ id, url, label, name = null, waveform, durationSeconds, button }: AudioPlayerProps) {
  const isCurrent = usePlayback((state) => state.id === id)
  const playing = usePlayback((state) => state.id === id && state.playing)
  const failed = usePlayback((state) => state.id === id && state.failed)
  const time = usePlayback((state) => (state.id === id ? state.time : 0))
  const found = usePlayback((state) => (state.id === id ? state.duration : null))
  const toggle = usePlayback((state) => state.toggle)
  const seek = usePlayback((state) => state.seek)
  const duration = durationSeconds ?? found
  const total = duration === null ? '' : clock(duration)
  const shown = isCurrent && (playing || time > 0) ? `${clock(time)}${total && ` / ${total}`}` : total || t`Audio`
  const spokenTime = spokenClock(time)
  const spokenTotal = spokenClock(duration ?? 0)
  return (
    <div className="voice" role="group" aria-label={label}>
      {button ?? (
        <button
          type="button"
          className="grid place-items-center size-10 rounded-full bg-primary text-primary-content max-md:size-11"
          aria-label={playing ? t`Pause: ${label}` : t`Play: ${label}`}
          onClick={() => toggle(id, url)}
        >
          <Icon icon={playing ? Pause : Play} size={16} className="fill-current" />
        </button>
      )}
      <span className="min-w-0">
        {name !== null && (
          <bdi className="keep-edge block truncate font-semibold" title={name}>
            {name}
          </bdi>
        )}
        <span className="voice-track">
          <Waveform values={waveform} played={duration ? time / duration : 0} />
          <input
            type="range"
            aria-label={t`Position: ${label}`}
            aria-valuetext={t`${spokenTime} of ${spokenTotal}`}
            min={0}
            max={duration ?? 0}
            step={0.1}
            value={Math.min(time, duration ?? 0)}
            disabled={duration === null || button !== undefined}
            onChange={({ target }) => seek(id, url, Number(target.value))}
          />
        </span>
        <span className="voice-time">{failed ? t`Cannot be played here.` : shown}</span>
      </span>
    </div>
  )
}
