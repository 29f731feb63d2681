// Prints a line for each row of an Arrow IPC stream: id, the tensor's shape, and CRC-32 of its bytes, as npm's apache-arrow reads them.
const fs = require("fs");
const arrow = require("apache-arrow");

const crcTable = Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ crcTable[(crc ^ byte) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

for (const batch of arrow.RecordBatchReader.from(fs.readFileSync(process.argv[2]))) {
  const field = batch.schema.fields.find((each) => each.name === "images");
  const { shape } = JSON.parse(field.metadata.get("ARROW:extension:metadata"));
  for (let row = 0; row < batch.numRows; row++) {
    const pixels = batch.getChild("images").get(row).toArray();
    console.log(batch.getChild("ids").get(row), shape.join("x"), pixels.constructor.name, crc32(pixels));
  }
}
