/** The id of an attachment and of its upload: 24 hexadecimal digits. */
export type AttachmentId = string

export const ATTACHMENT_KINDS = ['image', 'video', 'audio', 'file'] as const
/**
 * The kind that the server found in the content, whatever the name says. `file`: a content that the page does not show,
 * only downloads.
 */
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number]

/** A file of a message. Its content is at `GET /api/media/:id/<variant>`. */
export interface Attachment {
  id: AttachmentId
  kind: AttachmentKind
  /** The name on the sender's device, in any script, without a path. */
  name: string
  /** Bytes; 0 is possible. */
  size: number
  /** Found in the content; `application/octet-stream` when unknown. */
  mimeType: string
  /**
   * Pixels of the shown image, after the rotation that a camera records. For videos the sender's values; null when
   * unknown.
   */
  width: number | null
  height: number | null
  /** Of audio and video, the sender's value; null when unknown. */
  durationSeconds: number | null
  /**
   * The loudness from beginning to end, 0 to 100, at most `LIMITS.waveformMax` values; null when it is no voice note.
   */
  waveform: number[] | null
  /** It was recorded in the page. */
  isVoice: boolean
  /** A thumbhash in base64, shown until the image is loaded; null when there is none. */
  placeholder: string | null
  /**
   * Whether the variants `thumbnail` and `preview` exist: WebP, at most `LIMITS.thumbnailPixels` and `previewPixels`.
   */
  hasThumbnail: boolean
  /** An animated GIF or WebP. Its thumbnail and preview are animated too. */
  isAnimated: boolean
}

export const MEDIA_VARIANTS = ['original', 'thumbnail', 'preview'] as const
export type MediaVariant = (typeof MEDIA_VARIANTS)[number]

/** Body of `POST /api/uploads`. */
export interface StartUploadInput {
  name: string
  /** The exact number of bytes. */
  size: number
}

/**
 * Where to send the content. `resumable`: tus 1.0 (HEAD and PATCH on `url`, a path of this server). `presigned`: one
 * PUT of the whole content to `url` on another server, with these headers and without cookies.
 */
export type UploadTarget =
  { kind: 'resumable'; url: string } | { kind: 'presigned'; url: string; headers: Record<string, string> }

export interface Upload {
  /** The id of the future attachment. */
  id: AttachmentId
  target: UploadTarget
  /** ISO 8601: the upload must be complete before. */
  expiresAt: string
}

/**
 * Body of `POST /api/uploads/:id/complete`: the values that only the sender's device knows. The server finds width and
 * height of images itself.
 */
export interface CompleteUploadInput {
  width?: number | undefined
  height?: number | undefined
  durationSeconds?: number | undefined
  waveform?: number[] | undefined
  isVoice?: boolean | undefined
}

/** Answer of `GET /api/uploads`: how much the user may upload now. */
export interface UploadAllowance {
  /** Bytes of one file. */
  fileMax: number
  /** The bytes that the user may still upload, and the whole quota; null when there is no limit. */
  remaining: number | null
  quota: number | null
}

/**
 * Answer of `GET /api/media/:id/url`. Every holder of the URL can use it, as long as the user who asked for it may see
 * the attachment, and for 5 minutes at most.
 */
export interface MediaUrl {
  url: string
  /** ISO 8601. */
  expiresAt: string
}

export const PICTURE_SIZES = [64, 256, 512] as const
/** Pixels of both sides of the picture of a user or a group: `GET /api/pictures/:hash/:size`. */
export type PictureSize = (typeof PICTURE_SIZES)[number]
