import { lazy, Suspense } from 'react'
import { useLightbox } from './lightbox.store.ts'

const Lightbox = lazy(() => import('./Lightbox.tsx').then((piece) => ({ default: piece.Lightbox })))

/** Shows the lightbox. The page has one. */
export function LightboxHost() {
  const shown = useLightbox((state) => state.shown)
  return <Suspense fallback={null}>{shown && <Lightbox {...shown} />}</Suspense>
}
