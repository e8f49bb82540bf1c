import { plural, t } from '@lingui/core/macro'
import type { GroupHistory, Problem } from 'backend/contract'
import { Users } from 'lucide-react'
import { lazy, Suspense, useState, type SubmitEvent } from 'react'
import { problemText } from '../lib/problemText.ts'
import { useBlobSource } from '../ui/hooks/useBlobSource.ts'
import { pictureInSquare, type PictureCrop, type PictureSize } from '../pictures/pictureCrop.model.ts'
import { PictureInput } from '../pictures/PictureInput.tsx'
import { Face, RoomAvatar } from '../people/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Refusal } from '../ui/Refusal.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { AboutGroupFields } from './AboutGroupFields.tsx'
import { useAboutGroup } from './useAboutGroup.ts'

const PictureCropper = lazy(() =>
  import('../pictures/PictureCropper.tsx').then((piece) => ({ default: piece.PictureCropper })),
)

export interface ChosenPicture {
  file: File
  crop: PictureCrop
}

/** The key of the draft of a new group. */
export const NEW_GROUP = 'group:new'

interface NewGroupFormProps {
  /** Includes the user. */
  memberCount: number
  pending: boolean
  problem: Problem | null
  onBack: () => void
  onSubmit: (about: { name: string; description: string; history: GroupHistory; picture: ChosenPicture | null }) => void
}

/** Asks for a new group's picture, name, description, and what new members see. */
export function NewGroupForm({ memberCount, pending, problem, onBack, onSubmit }: NewGroupFormProps) {
  const about = useAboutGroup(NEW_GROUP, { name: '', description: '', history: 'joined' })
  const [file, setFile] = useState<File | null>(null)
  const [picture, setPicture] = useState<ChosenPicture | null>(null)

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const checked = about.checked()
    if (checked && !pending) onSubmit({ ...checked, picture })
  }

  return (
    <form className="flex min-h-0 grow flex-col" noValidate onSubmit={submit}>
      <div className="scroll-pane space-y-4 px-4 pt-1 pb-4">
        <div className="flex flex-wrap items-center gap-4">
          {picture ? <Cropped {...picture} /> : <RoomAvatar icon={Users} id="new" size={72} />}
          <PictureInput label={picture ? t`Choose another` : t`Choose picture`} onFile={setFile} />
          {picture && (
            <Button variant="ghost" size="sm" className="text-err-ink!" onClick={() => setPicture(null)}>
              {t`Remove`}
            </Button>
          )}
        </div>
        <AboutGroupFields {...about} />
      </div>
      <div className="border-t border-line p-4">
        <Refusal className="mb-3">{problem && problemText(problem)}</Refusal>
        <div className="flex justify-end gap-2">
          <Button variant="ghost" onClick={onBack}>
            {t`Back`}
          </Button>
          <Button type="submit" variant="primary" pending={pending}>
            {memberCount === 1
              ? t`Create group`
              : plural(memberCount, { one: 'Create group of # person', other: 'Create group of # people' })}
          </Button>
        </div>
      </div>
      {file && (
        <Dialog open onClose={() => setFile(null)} title={t`Picture`} size="wide">
          <Suspense
            fallback={
              <Skeleton label={t`Loading`} className="h-60">
                {null}
              </Skeleton>
            }
          >
            <PictureCropper
              file={file}
              shape="square"
              onCropped={(crop) => {
                setPicture({ file, crop })
                setFile(null)
              }}
              onCancel={() => setFile(null)}
            />
          </Suspense>
        </Dialog>
      )}
    </form>
  )
}

/** Shows the chosen part of the picture. */
function Cropped({ file, crop }: ChosenPicture) {
  const source = useBlobSource(file)
  const [size, setSize] = useState<PictureSize | null>(null)
  return (
    <Face square size={72} className="overflow-hidden" role="img" aria-label={t`The chosen picture`}>
      <img
        className="absolute max-w-none"
        ref={source}
        alt=""
        style={size ? pictureInSquare(crop, size) : undefined}
        onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setSize({ width, height })}
      />
    </Face>
  )
}
