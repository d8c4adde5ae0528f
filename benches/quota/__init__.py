"""The parts of the quota bench; `benches/quota.py` runs it."""
