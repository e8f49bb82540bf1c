import { t } from '@lingui/core/macro'
import { Trans } from '@lingui/react/macro'
import type { Problem } from 'backend/contract'
import { lazy, Suspense, useRef, useState, type ReactNode } from 'react'
import { problemText } from '../lib/problemText.ts'
import { dropPicture, putPicture, type PictureOwner } from './picture.api.ts'
import type { PictureCrop } from './pictureCrop.model.ts'
import { asProblem, errorText } from '../connection/problem.model.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { showToast } from '../ui/toast.store.ts'
import { PictureInput } from './PictureInput.tsx'

const PictureCropper = lazy(() => import('./PictureCropper.tsx').then((piece) => ({ default: piece.PictureCropper })))

interface PictureEditorProps {
  owner: PictureOwner
  shape: 'round' | 'square'
  /** The picture of now. */
  face: ReactNode
  hasPicture: boolean
  /** Called when the picture was changed or removed. */
  onChanged: () => void
}

/** Shows a picture and changes it: choose, crop, upload with progress. After a failure the crop is still there for another try. */
export function PictureEditor({ owner, shape, face, hasPicture, onChanged }: PictureEditorProps) {
  const [file, setFile] = useState<File | null>(null)
  const [done, setDone] = useState<number | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [removing, setRemoving] = useState(false)
  const button = useRef<HTMLButtonElement>(null)

  function close(): void {
    setFile(null)
    setProblem(null)
  }

  async function upload(image: File, crop: PictureCrop): Promise<void> {
    setDone(0)
    setProblem(null)
    try {
      await putPicture(owner, image, crop, setDone)
      onChanged()
      close()
      showToast(t`Picture changed.`)
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setDone(null)
    }
  }

  async function remove(): Promise<void> {
    setRemoving(true)
    try {
      await dropPicture(owner)
      onChanged()
      // The button Remove, which had the focus, is gone.
      button.current?.focus()
    } catch (error) {
      const reason = errorText(error)
      showToast(t`Not removed. ${reason}`, 'error')
    } finally {
      setRemoving(false)
    }
  }

  return (
    <div className="flex flex-wrap items-center gap-4">
      {face}
      <div className="flex flex-wrap gap-2">
        <PictureInput button={button} label={hasPicture ? t`Choose another` : t`Choose picture`} onFile={setFile} />
        {hasPicture && (
          <Button variant="ghost" size="sm" className="text-err-ink!" pending={removing} onClick={() => void remove()}>
            <Trans>Remove</Trans>
          </Button>
        )}
      </div>
      {file && (
        <Dialog open onClose={() => done === null && close()} title={t`Picture`} size="wide">
          <Suspense
            fallback={
              <Skeleton label={t`Loading`} className="h-60">
                {null}
              </Skeleton>
            }
          >
            <PictureCropper
              file={file}
              shape={shape}
              pending={done !== null}
              problem={problem && problemText(problem)}
              onCropped={(crop) => void upload(file, crop)}
              onCancel={() => done === null && close()}
            />
          </Suspense>
          {done !== null && (
            <progress className="progress-line mt-3" aria-label={t`Uploading the picture`} max={1} value={done} />
          )}
        </Dialog>
      )}
    </div>
  )
}
