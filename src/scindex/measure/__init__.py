"""Raw tables to products and observations: inventory and map. Never imports the index half."""
