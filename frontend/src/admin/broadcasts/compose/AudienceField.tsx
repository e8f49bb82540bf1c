import { i18n } from '@lingui/core'
import { plural, t } from '@lingui/core/macro'
import { USER_ROLES, type BroadcastAudience, type UserRole } from 'backend/contract'
import { CircleAlert, Plus, Users } from 'lucide-react'
import { useId, useState, type ReactNode, type Ref } from 'react'
import { useGroupsById } from '../../shared/adminGroups.store.ts'
import { useUsersById } from '../../../people/people.store.ts'
import { ChosenItem } from '../../../people/ChosenItem.tsx'
import { Avatar, RoomAvatar } from '../../../people/Avatar.tsx'
import { Button } from '../../../ui/Button.tsx'
import { Icon } from '../../../ui/Icon.tsx'
import { Segmented } from '../../../ui/Segmented.tsx'
import { ROLE_NAMES } from '../shared/audience.format.ts'
import { CheckRow } from './CheckRow.tsx'
import { GroupsDialog } from './GroupsDialog.tsx'
import { PeopleDialog } from './PeopleDialog.tsx'
import { nameOfUser } from '../../../people/userName.format.ts'

interface AudienceFieldProps {
  value: BroadcastAudience
  error: string | undefined
  /** Says how many people get the broadcast. */
  hint: string
  box: Ref<HTMLDivElement>
  onChange: (audience: BroadcastAudience) => void
}

/** Chooses the audience of a broadcast. */
export function AudienceField({ value, error, hint, box, onChange }: AudienceFieldProps) {
  const noteId = useId()
  /** The last audience of each kind, for when the admin returns to a kind. */
  const [former, setFormer] = useState<Partial<Record<BroadcastAudience['kind'], BroadcastAudience>>>({})

  function choose(kind: BroadcastAudience['kind']): void {
    setFormer({ ...former, [value.kind]: value })
    onChange(former[kind] ?? EMPTY[kind])
  }

  return (
    <div
      ref={box}
      tabIndex={-1}
      role="group"
      aria-labelledby={`${noteId}-label`}
      aria-describedby={noteId}
      className="space-y-1.5 outline-none"
    >
      <p id={`${noteId}-label`} className="field-label">
        {t`Audience`}
      </p>
      <Segmented label={t`Audience`} value={value.kind} options={kindOptions()} onChange={choose} />
      {value.kind === 'roles' && (
        <Roles chosen={value.roles} onChange={(roles) => onChange({ kind: 'roles', roles })} />
      )}
      {value.kind === 'groups' && <Groups ids={value.ids} onChange={(ids) => onChange({ kind: 'groups', ids })} />}
      {value.kind === 'people' && <People ids={value.ids} onChange={(ids) => onChange({ kind: 'people', ids })} />}
      {error ? (
        <p id={noteId} className="flex gap-1.5 text-cap font-medium text-err-ink">
          <Icon icon={CircleAlert} size={14} className="mt-px" />
          {error}
        </p>
      ) : (
        <p id={noteId} className="field-hint" aria-live="polite">
          {hint}
        </p>
      )}
    </div>
  )
}

function Box({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-1.5 rounded-lg border border-line-strong bg-bubble p-[5px]">
      {children}
    </div>
  )
}

function Roles({ chosen, onChange }: { chosen: UserRole[]; onChange: (roles: UserRole[]) => void }) {
  return (
    <Box>
      {USER_ROLES.map((role) => (
        <CheckRow key={role}>
          <input
            type="checkbox"
            className="choice-box"
            checked={chosen.includes(role)}
            onChange={({ target }) =>
              onChange(USER_ROLES.filter((each) => (each === role ? target.checked : chosen.includes(each))))
            }
          />
          {i18n._(ROLE_NAMES[role])}
        </CheckRow>
      ))}
    </Box>
  )
}

function Groups({ ids, onChange }: { ids: string[]; onChange: (ids: string[]) => void }) {
  const groups = useGroupsById(ids.slice(0, SHOWN_MAX))
  const [choosing, setChoosing] = useState(false)
  return (
    <Box>
      <ul className="contents" aria-label={t`Chosen groups`}>
        {ids.slice(0, SHOWN_MAX).map((id) => {
          const name = groups[id]?.name ?? t`A group`
          return (
            <ChosenItem
              key={id}
              name={name}
              face={<RoomAvatar icon={Users} name={name} id={id} size={24} />}
              onRemove={() => onChange(ids.filter((other) => other !== id))}
            />
          )
        })}
      </ul>
      {ids.length > SHOWN_MAX && (
        <span className="text-sec text-muted">
          {plural(ids.length - SHOWN_MAX, { one: 'and # more', other: 'and # more' })}
        </span>
      )}
      <Button variant="ghost" size="sm" icon={Plus} onClick={() => setChoosing(true)}>
        {t`Choose groups`}
      </Button>
      {choosing && <GroupsDialog chosen={ids} onChosen={onChange} onClose={() => setChoosing(false)} />}
    </Box>
  )
}

function People({ ids, onChange }: { ids: string[]; onChange: (ids: string[]) => void }) {
  const users = useUsersById(ids)
  const [choosing, setChoosing] = useState(false)
  const known = ids.flatMap((id) => users[id] ?? [])
  return (
    <Box>
      <ul className="contents" aria-label={t`Chosen people`}>
        {known.slice(0, SHOWN_MAX).map((user) => (
          <ChosenItem
            key={user.id}
            name={nameOfUser(user)}
            face={<Avatar user={user} size={24} />}
            onRemove={() => onChange(ids.filter((id) => id !== user.id))}
          />
        ))}
      </ul>
      {ids.length > SHOWN_MAX && (
        <span className="text-sec text-muted">
          {plural(ids.length - SHOWN_MAX, { one: 'and # more', other: 'and # more' })}
        </span>
      )}
      <Button variant="ghost" size="sm" icon={Plus} onClick={() => setChoosing(true)}>
        {t`Choose people`}
      </Button>
      {choosing && (
        <PeopleDialog
          chosen={known}
          onChosen={(chosen) => onChange([...ids.filter((id) => !users[id]), ...chosen.map(({ id }) => id)])}
          onClose={() => setChoosing(false)}
        />
      )}
    </Box>
  )
}

const kindOptions = () =>
  [
    { value: 'everybody', label: t`Everybody` },
    { value: 'roles', label: t`Roles` },
    { value: 'groups', label: t`Groups` },
    { value: 'people', label: t`People` },
  ] as const

const EMPTY: Record<BroadcastAudience['kind'], BroadcastAudience> = {
  everybody: { kind: 'everybody' },
  roles: { kind: 'roles', roles: [] },
  groups: { kind: 'groups', ids: [] },
  people: { kind: 'people', ids: [] },
}

/** More chosen groups or people than this are only in the dialog. */
const SHOWN_MAX = 30
