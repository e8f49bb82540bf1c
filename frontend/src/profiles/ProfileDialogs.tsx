import { lazy, Suspense } from 'react'
import { useProfileDialogs } from '../people/profileDialogs.store.ts'

const ProfileCard = lazy(() => import('./ProfileCard.tsx').then((piece) => ({ default: piece.ProfileCard })))
const BlockDialog = lazy(() => import('../people/BlockDialog.tsx').then((piece) => ({ default: piece.BlockDialog })))
const ReportDialog = lazy(() => import('../people/ReportDialog.tsx').then((piece) => ({ default: piece.ReportDialog })))

/** Shows the dialogs about a user. It stands once in the page; the functions of profileDialogs.store.ts open the dialogs. */
export function ProfileDialogs() {
  const { profileOf, asking } = useProfileDialogs()
  return (
    <Suspense fallback={null}>
      {profileOf !== null && <ProfileCard key={profileOf} userId={profileOf} />}
      {asking?.what === 'block' && <BlockDialog userId={asking.userId} />}
      {asking?.what === 'report' && <ReportDialog userId={asking.userId} message={asking.message} />}
    </Suspense>
  )
}
