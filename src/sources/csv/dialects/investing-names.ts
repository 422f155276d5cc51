import type { DateOrder } from '../../../domain/files/parameters.ts';

/** The header of Investing.com's table in one language of its site. */
export interface InvestingHeader {
  names: readonly [
    date: string,
    price: string,
    open: string,
    high: string,
    low: string,
    volume: string,
    change: string,
  ];
  /** The order of its dates in figures; null if editions of the language differ, or write dates differently. */
  order: DateOrder | null;
}

/** From inspecting files and programs that read them. Editions in English use both orders. */
export const INVESTING_HEADERS: readonly InvestingHeader[] = [
  { names: ['Date', 'Price', 'Open', 'High', 'Low', 'Vol.', 'Change %'], order: null },
  { names: ['Fecha', 'Último', 'Apertura', 'Máximo', 'Mínimo', 'Vol.', '% var.'], order: 'dmy' },
  { names: ['Data', 'Último', 'Abertura', 'Máxima', 'Mínima', 'Vol.', 'Var%'], order: 'dmy' },
  { names: ['Date', 'Dernier', 'Ouv.', 'Plus Haut', 'Plus Bas', 'Vol.', 'Variation %'], order: 'dmy' },
  { names: ['Datum', 'Zuletzt', 'Eröffn.', 'Hoch', 'Tief', 'Vol.', '+/- %'], order: 'dmy' },
  { names: ['Data', 'Ultimo', 'Apertura', 'Massimo', 'Minimo', 'Vol.', 'Var. %'], order: 'dmy' },
  { names: ['Tarih', 'Şimdi', 'Açılış', 'Yüksek', 'Düşük', 'Hac.', 'Fark %'], order: 'dmy' },
  { names: ['Дата', 'Цена', 'Откр.', 'Макс.', 'Мин.', 'Объём', 'Изм. %'], order: 'dmy' },
  { names: ['Ngày', 'Lần cuối', 'Mở', 'Cao', 'Thấp', 'KL', '% Thay đổi'], order: 'dmy' },
  { names: ['Tanggal', 'Terakhir', 'Pembukaan', 'Tertinggi', 'Terendah', 'Vol.', 'Perubahan%'], order: null },
  { names: ['วันเดือนปี', 'ล่าสุด', 'ราคาเปิด', 'สูงสุด', 'ต่ำสุด', 'ปริมาณ', '% เปลี่ยน'], order: null },
  { names: ['날짜', '종가', '시가', '고가', '저가', '거래량', '변동 %'], order: null },
  { names: ['日付け', '終値', '始値', '高値', '安値', '出来高', '変化率 %'], order: null },
  { names: ['日付', '終値', '始値', '高値', '安値', '出来高', '変化率 %'], order: null },
  { names: ['日期', '收盘', '开盘', '高', '低', '交易量', '涨跌幅'], order: null },
];
