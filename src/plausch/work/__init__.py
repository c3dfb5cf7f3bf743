"""Background work, mechanism only: facts, durable jobs, the worker loop, the schedule and the live bus.

It knows no feature. Feature rooms declare facts and offer listeners and jobs; `plausch.app` registers them.
"""
