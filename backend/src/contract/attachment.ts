/** The id of an attachment, and of the upload that it comes from: 24 hexadecimal digits. */
export type AttachmentId = string

export const ATTACHMENT_KINDS = ['image', 'video', 'audio', 'file'] as const
/** What the server found in the content, whatever the name says. `file`: anything that is not shown, only downloaded. */
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number]

/** A file of a message. Its content is at `GET /api/media/:id/<variant>`. */
export interface Attachment {
  id: AttachmentId
  kind: AttachmentKind
  /** As the sender's device names it, in any script; without a path. */
  name: string
  /** Bytes; 0 is possible. */
  size: number
  /** Sniffed from the content; `application/octet-stream` when nothing is known. */
  mimeType: string
  /** Pixels, as it is to be shown (after the rotation that a camera notes). Of videos as the sender said; null when not known. */
  width: number | null
  height: number | null
  /** Audio and video, as the sender said; null when not known. */
  durationSeconds: number | null
  /** Loudness from the beginning to the end, 0 to 100, at most `LIMITS.waveformMax` values; null for what is no voice note. */
  waveform: number[] | null
  /** Recorded in the page. */
  isVoice: boolean
  /** A thumbhash in base64, to be shown until the image is there; null when there is none. */
  placeholder: string | null
  /** Whether the variants `thumbnail` and `preview` are there: WebP, `LIMITS.thumbnailPixels` and `previewPixels` at most. */
  hasThumbnail: boolean
  /** A GIF or WebP that moves; so do its thumbnail and preview. */
  isAnimated: boolean
}

export const MEDIA_VARIANTS = ['original', 'thumbnail', 'preview'] as const
export type MediaVariant = (typeof MEDIA_VARIANTS)[number]

/** Body of `POST /api/uploads`. */
export interface StartUploadInput {
  name: string
  /** Bytes, exactly. */
  size: number
}

/**
 * Where the content goes. `resumable`: tus 1.0 (HEAD and PATCH on `url`, a path of this server). `presigned`: one PUT of the whole to
 * `url`, another server, with these headers and without cookies.
 */
export type UploadTarget =
  { kind: 'resumable'; url: string } | { kind: 'presigned'; url: string; headers: Record<string, string> }

export interface Upload {
  /** Of the attachment that it becomes. */
  id: AttachmentId
  target: UploadTarget
  /** ISO 8601: until then it must be complete. */
  expiresAt: string
}

/** Body of `POST /api/uploads/:id/complete`: what only the sender's device knows. Of images the server finds width and height itself. */
export interface CompleteUploadInput {
  width?: number | undefined
  height?: number | undefined
  durationSeconds?: number | undefined
  waveform?: number[] | undefined
  isVoice?: boolean | undefined
}

/** `GET /api/uploads`: what may be uploaded now. */
export interface UploadAllowance {
  /** Bytes of one file. */
  fileMax: number
  /** Bytes that one may still upload, and all that one may have; null where there is no limit. */
  remaining: number | null
  quota: number | null
}

/** `GET /api/media/:id/url`: good for whoever has it, for as long as the one who asked may see the attachment, and 5 minutes at most. */
export interface MediaUrl {
  url: string
  /** ISO 8601 */
  expiresAt: string
}

export const PICTURE_SIZES = [64, 256, 512] as const
/** Pixels of both sides of a person's or a group's picture: `GET /api/pictures/:hash/:size`. */
export type PictureSize = (typeof PICTURE_SIZES)[number]
