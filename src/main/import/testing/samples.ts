import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Invoice lines with the dirt that such files have: cancellations, notes, charges, lines that cannot be read. */
export const RETAIL_SAMPLE = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
700001,10001,GREEN GARDEN GNOME,6,2011-03-01 09:00:00,2.50,15000.0,United Kingdom
700001,10002,TIN WATERING CAN,2,2011-03-01 09:00:00,7.95,15000.0,United Kingdom
700001,POST,POSTAGE,1,2011-03-01 09:00:00,18.00,15000.0,United Kingdom
700002,10001,GREEN GARDEN GNOME,4,2011-03-02 10:30:00,2.50,,United Kingdom
700003,10001,damages,-3,2011-03-02 11:00:00,0.0,,United Kingdom
700004,10002,?,-1,2011-03-02 11:05:00,0,,United Kingdom
700005,10003,,12,2011-03-02 11:10:00,0,,United Kingdom
C700006,10001,GREEN GARDEN GNOME,-2,2011-03-03 12:00:00,2.50,15000.0,United Kingdom
700007,10002,TIN WATERING CAN,0,2011-03-03 12:00:00,7.95,15001.0,France
700008,,TIN WATERING CAN,1,2011-03-03 12:00:00,7.95,15001.0,France
700009,10002,TIN WATERING CAN,two,2011-03-03 12:00:00,7.95,15001.0,France
700010,10002,TIN WATERING CAN,1,2011-02-30 12:00:00,7.95,15001.0,France
700011,10002,"TIN WATERING
CAN",1,2011-03-04 12:00:00,7.95,15001.0,France
700011,10002,"TIN WATERING
CAN",1,2011-03-04 12:00:00,7.95,15001.0,France
700012,10002
`

export const STOCK_SAMPLE = `SKU;Name;Category;Reorder point;Barcode;Bin;Quantity
A-1;Hex bolt;Fasteners;20;4006381333931;A-01-1;120
A-1;Hex bolt;Fasteners;20;;A-01-2;30
A-2;Café table;;5;;B-02-1;0
A-3;;;;;C;5
A-4;Broom;;;;C-01-1;-5
A-5;Bucket;;;4006381333931;C-01-2;5
A-6;Mop;;;;;7
A-1;Hex bolt;;;;A-01-2;99
A-7;Only a name;;;;;
`

/** A folder for the files of one test; `gone` removes it. */
export async function scratchFolder(): Promise<{
  file: (name: string, content: string | Uint8Array) => Promise<string>
  gone: () => Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'shelf-import-'))
  return {
    file: async (name, content) => {
      await writeFile(join(folder, name), content)
      return join(folder, name)
    },
    gone: () => rm(folder, { recursive: true, force: true }),
  }
}
