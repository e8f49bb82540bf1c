import { lazy, Suspense } from 'react'
import { useLightbox } from './lightbox.store.ts'

const Lightbox = lazy(() => import('./Lightbox.tsx').then((piece) => ({ default: piece.Lightbox })))

/** Where the lightbox appears; once in the page. */
export function LightboxHost() {
  const shown = useLightbox((state) => state.shown)
  return <Suspense fallback={null}>{shown && <Lightbox {...shown} />}</Suspense>
}
