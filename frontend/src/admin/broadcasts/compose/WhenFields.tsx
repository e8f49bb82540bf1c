import { t } from '@lingui/core/macro'
import { useId, useMemo, type Ref } from 'react'
import { serverNow } from '../../../lib/serverClock.ts'
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

/** Chooses when a broadcast is sent and when it expires, both in one time zone. */
export function WhenFields({ content, errors, sendAtRef, expiresAtRef, onChange }: WhenFieldsProps) {
  const { isLater, sendAt, doesExpire, expiresAt, timeZone } = content
  return (
    <>
      <div className="space-y-3">
        <div className="space-y-1.5">
          <p className="field-label" aria-hidden="true">
            {t`When`}
          </p>
          <Segmented
            label={t`When`}
            value={isLater ? 'later' : 'now'}
            options={timeOptions()}
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
            label={t`Send at`}
            type="datetime-local"
            dir="ltr"
            value={sendAt}
            error={errors.sendAt}
            hint={timeHint(sendAt, timeZone)}
            onChange={(event) => onChange({ sendAt: event.target.value })}
          />
        )}
      </div>
      <div className="space-y-3 border-t border-line pt-5">
        <Switch
          label={t`It expires`}
          hint={t`After that time people are not asked to acknowledge it. The announcement stays.`}
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
            label={t`Expires at`}
            type="datetime-local"
            dir="ltr"
            value={expiresAt}
            error={errors.expiresAt}
            hint={timeHint(expiresAt, timeZone)}
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
        {t`Time zone`}
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

const timeOptions = () =>
  [
    { value: 'now', label: t`Now` },
    { value: 'later', label: t`At a time` },
  ] as const

const HOUR_MS = 3_600_000
const WEEK_MS = 7 * 24 * HOUR_MS

/** Returns the clock time `ms` from now, rounded up to the hour. */
const ahead = (ms: number, timeZone: string): string =>
  wallTimeOf(new Date(Math.ceil((serverNow() + ms) / HOUR_MS) * HOUR_MS).toISOString(), timeZone)

/** Explains a clock time: in full, as a time that clocks skip or repeat that day, and in the browser's own time zone. */
function timeHint(wall: string, timeZone: string): string | undefined {
  const instant = instantOf(wall, timeZone)
  if (!instant) return undefined
  const [full, own] = [fullZonedTime(instant.iso, timeZone), shortZonedTime(instant.iso, ownTimeZone())]
  const sentences = [
    t`${full}.`,
    instant.kind === 'skipped' && t`Clocks go forward over this time.`,
    instant.kind === 'repeated' && t`Clocks show this time twice that day. The first one counts.`,
    timeZone !== ownTimeZone() && t`For you: ${own}.`,
  ]
  return sentences.filter((sentence) => sentence !== false).join(' ')
}
