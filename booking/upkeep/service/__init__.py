"""Acts on machines and hours that stand upon what is promised. The caller holds the transaction."""
