import {
  File,
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  type LucideIcon,
} from 'lucide-react'
import { fileSize } from '../lib/format.ts'
import { extensionOf } from '../uploads/file.format.ts'
import { useUploads } from '../uploads/uploads.store.ts'
import { Icon } from '../ui/Icon.tsx'
import type { ShownAttachment } from './shownAttachment.model.ts'
import { SaveLink } from './SaveLink.tsx'
import { CancelUpload } from './UploadOverlay.tsx'

/** Shows a file that can only be downloaded. */
export function FileCard({
  attachment,
  clientMessageId,
  note,
}: {
  attachment: ShownAttachment
  clientMessageId: string
  note?: string
}) {
  const { id, name, size, uploadKey } = attachment
  const item = useUploads((state) => (uploadKey === undefined ? undefined : state.items[uploadKey]))
  return (
    <div className="file-card">
      <span className="file-icon">
        <Icon icon={iconOf(attachment)} size={22} />
      </span>
      <span className="min-w-0">
        <bdi className="keep-edge block truncate font-semibold" title={name}>
          {name}
        </bdi>
        <span className="block truncate text-cap text-muted">
          {[note, extensionOf(name), fileSize(size)].filter(Boolean).join(' · ')}
        </span>
      </span>
      {uploadKey === undefined ? (
        <SaveLink id={id} name={name} />
      ) : (
        item?.state !== 'done' && (
          <CancelUpload uploadKey={uploadKey} clientMessageId={clientMessageId} name={name} item={item} />
        )
      )}
    </div>
  )
}

/** Chooses the icon by the type that the server found, or by the name. */
export function iconOf({ kind, name, mimeType }: { kind: string; name: string; mimeType: string }): LucideIcon {
  if (kind === 'image' || mimeType.startsWith('image/')) return FileImage
  if (kind === 'video') return FileVideo
  if (kind === 'audio') return FileAudio
  return ICONS.find(([endings]) => endings.has(extensionOf(name)))?.[1] ?? File
}

const ICONS: readonly (readonly [ReadonlySet<string>, LucideIcon])[] = [
  [new Set(['PDF', 'DOC', 'DOCX', 'ODT', 'RTF', 'TXT', 'MD', 'PAGES', 'PPT', 'PPTX', 'ODP', 'KEY']), FileText],
  [new Set(['XLS', 'XLSX', 'ODS', 'CSV', 'TSV']), FileSpreadsheet],
  [new Set(['ZIP', '7Z', 'RAR', 'TAR', 'GZ', 'BZ2', 'XZ', 'ZST']), FileArchive],
  [
    new Set([
      'JS',
      'TS',
      'JSON',
      'HTML',
      'CSS',
      'PY',
      'JAVA',
      'C',
      'CPP',
      'GO',
      'RS',
      'SH',
      'SQL',
      'XML',
      'YAML',
      'YML',
      'SVG',
    ]),
    FileCode,
  ],
]
