/** A file as a data address, put in by the bundler. */
declare module '*?inline' {
  const dataAddress: string
  export default dataAddress
}
