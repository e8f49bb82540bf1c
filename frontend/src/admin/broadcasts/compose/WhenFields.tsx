import { useId, useMemo, type Ref } from 'react'
import { fullZonedTime, instantOf, ownTimeZone, shortZonedTime, timeZones, wallTimeOf } from '../../../lib/zonedTime.ts'
import type { DraftContent } from '../shared/draftContent.model.ts'
import { TextField } from '../../../ui/Field.tsx'
import { Segmented } from '../../../ui/Segmented.tsx'
import { Switch } from '../../../ui/Switch.tsx'
import type { BroadcastErrors } from './broadcast.validation.ts'

interface WhenFieldsProps {
  content: DraftContent
  errors: BroadcastErrors
  sendAtRef: Ref<HTMLInputElement>
  expiresAtRef: Ref<HTMLInputElement>
  onChange: (part: Partial<DraftContent>) => void
}

/** Now or at a time, and until when it asks for something; both by the clocks of one time zone. */
export function WhenFields({ content, errors, sendAtRef, expiresAtRef, onChange }: WhenFieldsProps) {
  const { isLater, sendAt, doesExpire, expiresAt, timeZone } = content
  return (
    <>
      <div className="space-y-3">
        <div className="space-y-1.5">
          <p className="field-label" aria-hidden="true">
            When
          </p>
          <Segmented
            label="When"
            value={isLater ? 'later' : 'now'}
            options={TIMES}
            onChange={(value) =>
              onChange({
                isLater: value === 'later',
                ...(value === 'later' && sendAt === '' && { sendAt: ahead(HOUR_MS, timeZone) }),
              })
            }
          />
        </div>
        {isLater && (
          <TextField
            ref={sendAtRef}
            label="Send at"
            type="datetime-local"
            dir="ltr"
            value={sendAt}
            error={errors.sendAt}
            hint={attachmentLabel(sendAt, timeZone)}
            onChange={(event) => onChange({ sendAt: event.target.value })}
          />
        )}
      </div>
      <div className="space-y-3 border-t border-line pt-5">
        <Switch
          label="It expires"
          hint="From then on nobody is asked to acknowledge it; the announcement stays."
          checked={doesExpire}
          onChange={(checked) =>
            onChange({
              doesExpire: checked,
              ...(checked && expiresAt === '' && { expiresAt: ahead(WEEK_MS, timeZone) }),
            })
          }
        />
        {doesExpire && (
          <TextField
            ref={expiresAtRef}
            label="Expires at"
            type="datetime-local"
            dir="ltr"
            value={expiresAt}
            error={errors.expiresAt}
            hint={attachmentLabel(expiresAt, timeZone)}
            onChange={(event) => onChange({ expiresAt: event.target.value })}
          />
        )}
      </div>
      {(isLater || doesExpire) && <ZoneField value={timeZone} onChange={(zone) => onChange({ timeZone: zone })} />}
    </>
  )
}

function ZoneField({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const id = useId()
  const zones = useMemo(() => [...new Set([value, ...timeZones()])].sort(), [value])
  return (
    <div className="space-y-1.5">
      <label className="field-label block" htmlFor={id}>
        Time zone
      </label>
      <select id={id} className="text-input" value={value} onChange={(event) => onChange(event.target.value)}>
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </div>
  )
}

const TIMES = [
  { value: 'now', label: 'Now' },
  { value: 'later', label: 'At a time' },
] as const

const HOUR_MS = 3_600_000
const WEEK_MS = 7 * 24 * HOUR_MS

/** To the next full hour. */
const ahead = (ms: number, timeZone: string): string =>
  wallTimeOf(new Date(Math.ceil((Date.now() + ms) / HOUR_MS) * HOUR_MS).toISOString(), timeZone)

/** The time in full, what clocks do to it that day, and what one's own clock shows then. */
function attachmentLabel(wall: string, timeZone: string): string | undefined {
  const instant = instantOf(wall, timeZone)
  if (!instant) return undefined
  const sentences = [`${fullZonedTime(instant.iso, timeZone)}.`]
  if (instant.kind === 'skipped') sentences.push('Clocks go forward over the time given.')
  if (instant.kind === 'repeated') sentences.push('Clocks show this time twice that day; the first is meant.')
  if (timeZone !== ownTimeZone()) sentences.push(`For you: ${shortZonedTime(instant.iso, ownTimeZone())}.`)
  return sentences.join(' ')
}
