interface LogoProps {
  className?: string
}

/** The mark alone, for the rail. Decorative: what surrounds it names the product. */
export function Mark({ className = 'h-[30px]' }: LogoProps) {
  return (
    <svg className={`${className} w-auto text-primary`} viewBox="4 1 26 30" aria-hidden="true">
      <path fill="currentColor" fillRule="evenodd" d={MARK} />
    </svg>
  )
}

/** Mark and word, 30 px high unless told. Never mirrored. */
export function Logo({ className = 'h-[30px]' }: LogoProps) {
  return (
    <svg className={`${className} w-auto`} viewBox="5 1 94.7 30" role="img" aria-label="Parley">
      <path className="fill-primary" fillRule="evenodd" d={MARK} />
      <path className="fill-base-content" transform="translate(36.5 .2)" d={WORD} />
    </svg>
  )
}

/** A speech bubble that is a P; its counter is split in two, two sides of one table. */
const MARK = 't'

/** "Parley" in Hanken Grotesk 600, as outlines, so that the word looks the same before the font has come. */
const WORD =
  'M6 30V13a11 11 0 1 1 11 11h-4.2zM16 8.1a5 5 0 0 0 0 9.8zM18 8.1v9.8a5 5 0 0 0 0-9.8z'
