import { ImagePlus } from 'lucide-react'
import { useRef, type RefObject } from 'react'
import { Button } from '../ui/Button.tsx'

interface PictureInputProps {
  label: string
  onFile: (file: File) => void
  button?: RefObject<HTMLButtonElement | null>
}

/** Asks for an image of the device. */
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
          // The same file chosen again shall count again.
          event.target.value = ''
          if (file) onFile(file)
        }}
      />
    </>
  )
}
