import { lazy, Suspense } from 'react'
import { useProfileDialogs } from '../people/profileDialogs.store.ts'

const ProfileCard = lazy(() => import('./ProfileCard.tsx').then((piece) => ({ default: piece.ProfileCard })))
const BlockDialog = lazy(() => import('../people/BlockDialog.tsx').then((piece) => ({ default: piece.BlockDialog })))
const ReportDialog = lazy(() => import('../people/ReportDialog.tsx').then((piece) => ({ default: piece.ReportDialog })))

/** Shows the dialogs about a user. It stands once in the page; the functions of profileDialogs.store.ts open the dialogs. */
export function ProfileDialogs() {
  const { profileOf, asking } = useProfileDialogs()
  return (
    // Each waits for its own code: a dialog that waits must not hide, and so close, the one below it.
    <>
      <Suspense fallback={null}>{profileOf !== null && <ProfileCard key={profileOf} userId={profileOf} />}</Suspense>
      <Suspense fallback={null}>{asking?.what === 'block' && <BlockDialog userId={asking.userId} />}</Suspense>
      <Suspense fallback={null}>
        {asking?.what === 'report' && <ReportDialog userId={asking.userId} message={asking.message} />}
      </Suspense>
    </>
  )
}
