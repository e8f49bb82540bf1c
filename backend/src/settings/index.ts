import type { Core, Feature } from '../core.ts'
import { createSettingController } from './setting.controller.ts'
import { settingRoutes } from './setting.routes.ts'
import { createSettingService, type SettingService } from './setting.service.ts'

export { retentionSchema } from './setting.controller.ts'
export type { SettingService } from './setting.service.ts'

export interface Settings extends Feature {
  service: SettingService
}

/** Builds the settings of the server, which admins change in the panel. */
export async function createSettings({ models, delivery, cacheInvalidation, logger }: Core): Promise<Settings> {
  const service = await createSettingService(models, cacheInvalidation, logger)
  service.onChange(({ maintenance }, changed) => {
    if (changed.includes('maintenance')) delivery.maintenanceChanged(maintenance)
  })
  return {
    service,
    adminMounts: [{ path: '/settings', router: settingRoutes(createSettingController(service)) }],
    close: () => service.close(),
  }
}
