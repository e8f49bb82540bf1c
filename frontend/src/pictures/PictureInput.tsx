import { ImagePlus } from 'lucide-react'
import { useRef, type RefObject } from 'react'
import { Button } from '../ui/Button.tsx'

interface PictureInputProps {
  label: string
  onFile: (file: File) => void
  button?: RefObject<HTMLButtonElement | null>
}

/** A button that opens the device's dialog for choosing an image. */
export function PictureInput({ label, onFile, button }: PictureInputProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button size="sm" icon={ImagePlus} onClick={() => input.current?.click()} {...(button && { ref: button })}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        aria-label={label}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          // Otherwise the browser reports no change when the same file is chosen again.
          event.target.value = ''
          if (file) onFile(file)
        }}
      />
    </>
  )
}
