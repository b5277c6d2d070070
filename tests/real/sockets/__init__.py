"""What only a kernel can show of a protocol."""
