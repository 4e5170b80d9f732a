/*
 * What a page of the console may load and run. In the product: its own files and nothing else, no connection of any
 * kind [S1]. During development the page also talks to the development server of this machine, for hot reload.
 */

const product: Record<string, string> = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  // Virtualised rows and overlays are placed by inline `style` attributes; no <style> element is allowed by this.
  'style-src-attr': "'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'media-src': "'self'",
  'connect-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

const line = (policy: Record<string, string>) =>
  Object.entries(policy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; ')

export const productPolicy = line(product)

/**
 * @param serverUrl the development server, on this machine
 */
export function developmentPolicy(serverUrl: string): string {
  const { origin, host } = new URL(serverUrl)
  return line({
    ...product,
    'script-src': `${origin} 'unsafe-inline'`,
    'style-src': `${origin} 'unsafe-inline'`,
    'img-src': `${origin} data:`,
    'font-src': `${origin} data:`,
    'connect-src': `${origin} ws://${host}`,
  })
}
