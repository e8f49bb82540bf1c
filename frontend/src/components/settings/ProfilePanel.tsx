import type { OwnUser } from 'backend/contract'
import { Avatar } from '../ui/Avatar.tsx'

/** Who one is here, to read. */
export function ProfilePanel({ user }: { user: OwnUser }) {
  const facts = [
    ['Full name', user.fullName],
    ['Username', user.username],
    ['E-mail', user.email],
  ] as const
  return (
    <section id="profile" className="panel p-5 max-md:p-4" aria-labelledby="profile-title">
      <h2 id="profile-title" className="text-title font-[650] tracking-[-0.01em]">
        Profile
      </h2>
      <div className="mt-4 flex gap-5 max-md:flex-col">
        <Avatar person={user} size={72} />
        <dl className="min-w-0 grow space-y-3">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt className="field-label">{name}</dt>
              <dd className="mt-0.5 text-msg wrap-anywhere">
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <p className="field-hint mt-4">Everybody here sees your name and username. Only you see your e-mail address.</p>
    </section>
  )
}
