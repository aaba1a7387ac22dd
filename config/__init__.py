"""Settings, logging, metrics and the data files people edit: menu, FAQ, holidays, code tables."""
