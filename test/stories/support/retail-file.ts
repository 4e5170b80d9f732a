/* Invoice lines as a shop's export has them: sales over some weeks, and now and then a cancellation. */

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

/** @returns the file's text: 1,500 lines of 60 articles in 40 days */
export function retailFile(random: () => number): string {
  const below = (n: number): number => Math.floor(random() * n)
  const two = (n: number): string => String(n).padStart(2, '0')
  const lines = Array.from({ length: 1_500 }, (_, n) => {
    const day = 1 + Math.floor((n / 1_500) * 40)
    const date = `2011-${day > 30 ? '04' : '03'}-${two(day > 30 ? day - 30 : day)} ${two(8 + below(10))}:${two(below(60))}:00`
    const isBack = random() < 0.08
    const article = 20_000 + below(60)
    const quantity = (isBack ? -1 : 1) * (1 + below(24))
    return `${isBack ? 'C' : ''}${536_000 + Math.floor(n / 5)},${article},ARTICLE ${article},${quantity},${date},1.25,17850,United Kingdom`
  })
  return `${[HEADER, ...lines].join('\n')}\n`
}
